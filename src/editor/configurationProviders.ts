import * as vscode from 'vscode';
import { selectedInterpreter } from './interpreter';
import {
  type LaunchConfiguration,
  type OpenFile,
  fileConfiguration,
  isJavaScript,
  isPython,
  moduleConfiguration,
  moduleName,
  needsInterpreter,
  requireOneProgram,
  requireProgramFile,
} from './launchConfigurations';

/** Completes what F5 starts: without launch.json, the active file; the Python interpreter, if none is named. */
export class ConfigurationResolver implements vscode.DebugConfigurationProvider {
  async resolveDebugConfiguration(
    _folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    return saidAloud(() => {
      // F5 without launch.json hands in an empty configuration.
      if (!configuration.type && !configuration.request && !configuration.name) {
        return { ...configuration, ...fileConfiguration(requireProgramFile(activeFile()).path) };
      }
      if (!isChild(configuration)) requireOneProgram(configuration as LaunchConfiguration);
      return configuration;
    });
  }

  async resolveDebugConfigurationWithSubstitutedVariables(
    folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    const launch = configuration as LaunchConfiguration;
    if (isChild(configuration) || !needsInterpreter(launch)) return configuration;
    const resource = launch.program ? vscode.Uri.file(launch.program) : folder?.uri;
    try {
      const runtimeExecutable = await selectedInterpreter(resource);
      return runtimeExecutable ? { ...configuration, runtimeExecutable } : configuration;
    } catch (error) {
      void vscode.window.showWarningMessage(
        `The Python extension could not say which interpreter is selected (${(error as Error).message}), ` +
          'so the first python3 or python on the path is used. Set "runtimeExecutable" in launch.json to choose one.',
      );
      return configuration;
    }
  }
}

/** The adapter asked for this session: its program is a child process, and runs already. */
function isChild(configuration: vscode.DebugConfiguration): boolean {
  return configuration.__child !== undefined;
}

/** Offers the active file, and its module, in the list of the Run and Debug view. */
export class DynamicConfigurations implements vscode.DebugConfigurationProvider {
  provideDebugConfigurations(folder: vscode.WorkspaceFolder | undefined): vscode.DebugConfiguration[] {
    // Asked once for each folder and once for none: answered once.
    const document = activeDocument();
    if (!folder || !document || document.isUntitled) return [];
    const file = openFile(document);
    if (!isPython(file) && !isJavaScript(file)) return [];
    const name = moduleName(folder.uri.fsPath, file.path);
    const current = fileConfiguration('${file}', 'Tickscope: Current File');
    return [current, ...(name ? [moduleConfiguration(name)] : [])].map((each) => ({ ...each }));
  }
}

/** The file in front; that of a visible editor when something else, like the panel, has the focus. */
export function activeFile(): OpenFile | undefined {
  const document = activeDocument();
  return document && openFile(document);
}

function activeDocument(): vscode.TextDocument | undefined {
  const visible = vscode.window.visibleTextEditors.map(({ document }) => document);
  return (
    vscode.window.activeTextEditor?.document ??
    visible.find((document) => isPython(openFile(document)) || isJavaScript(openFile(document))) ??
    visible[0]
  );
}

export function openFile({ languageId, uri, isUntitled }: vscode.TextDocument): OpenFile {
  return { languageId, path: uri.fsPath, untitled: isUntitled };
}

/** Shows the sentence of whatever `resolve` throws; the launch is then given up. */
async function saidAloud<T>(resolve: () => T): Promise<T | undefined> {
  try {
    return resolve();
  } catch (error) {
    void vscode.window.showErrorMessage((error as Error).message);
    return undefined;
  }
}
