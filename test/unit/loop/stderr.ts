/** What is written to stderr while `body` runs. */
export async function stderrOf(body: () => unknown): Promise<string> {
  const { write } = process.stderr;
  let text = '';
  process.stderr.write = (chunk: unknown) => {
    text += String(chunk);
    return true;
  };
  try {
    await body();
  } finally {
    process.stderr.write = write;
  }
  return text;
}
