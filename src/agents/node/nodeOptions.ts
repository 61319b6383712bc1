/** What NODE_OPTIONS says to load the preload. */

/** NODE_OPTIONS that load it first, before what `others` say. */
export function optionThatLoads(preload: string, others: string | undefined): string {
  const word = `--require "${preload.replace(/[\\"]/g, '\\$&')}"`;
  return others ? `${word} ${others}` : word;
}

/** Takes it out of these options; undefined when nothing is left. */
export function withoutPreload(preload: string, options: string | undefined): string | undefined {
  const word = optionThatLoads(preload, undefined);
  if (options === undefined || !options.startsWith(word)) return options;
  return options.slice(word.length + 1) || undefined;
}
