/**
 * A plugin of the editor's TypeScript server: programs that import `tickscope/asyncio` are given its types without an
 * install. What the project itself finds under that name goes first. Wants TypeScript 5 or later.
 */
import { join } from 'node:path';
import type ts from 'typescript/lib/tsserverlibrary';

const NAME = 'tickscope/asyncio';
/** From node_modules/<this plugin> in the extension's folder. */
const TYPES = join(__dirname, '../../dist/asyncio.d.cts');

export default function plugin({ typescript }: { typescript: typeof ts }): ts.server.PluginModule {
  return {
    create({ languageService, languageServiceHost: host, project }) {
      const resolve = host.resolveModuleNameLiterals?.bind(host);
      if (!resolve) {
        project.projectService.logger.info(
          `tickscope: TypeScript ${typescript.version} has no place for the types of ${NAME}`,
        );
        return languageService;
      }
      const own: ts.ResolvedModuleWithFailedLookupLocations = {
        resolvedModule: {
          resolvedFileName: TYPES.replace(/\\/g, '/'),
          extension: typescript.Extension.Dcts,
          isExternalLibraryImport: true,
        },
      };
      host.resolveModuleNameLiterals = (literals, ...rest) =>
        resolve(literals, ...rest).map((found, i) =>
          found.resolvedModule === undefined && literals[i].text === NAME ? own : found,
        );
      return languageService;
    },
  };
}
