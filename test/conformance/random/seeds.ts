/** Compares random programs on both fronts with CPython, or with what it said where it is not found. */
import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { compile, fronts, here, root, type Front } from '../build';
import { REFERENCE, reference } from '../python';
import { generate, type Op, type Program } from './generate';

const digestFile = path.join(here, 'random', 'digests.json');

type Interpret = (program: Program) => Promise<string[]>;

/** One that runs the programs given to it, one after another. */
interface Runner {
  run: Interpret;
  end(): void;
}

function digest(lines: readonly string[]): string {
  return createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 12);
}

/** The interpreter of the reference version, ready to run programs; undefined when it is not found. */
function python(): Runner | undefined {
  const found = reference();
  if (found === undefined) return undefined;
  const child = spawn(found.path, [path.join(here, 'random', 'interpret.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async run(program) {
      child.stdin.write(JSON.stringify(program) + '\n');
      const answer = await answers.next();
      if (answer.done) throw new Error(`Python ended at seed ${program.seed}.`);
      return JSON.parse(answer.value) as string[];
    },
    end: () => child.stdin.end(),
  };
}

async function typescript(): Promise<Record<Front, Interpret>> {
  const out = path.join(root, 'out', 'conformance', `random-${process.pid}`);
  mkdirSync(out, { recursive: true });
  await compile({ interpret: path.join(here, 'random', 'interpret.ts') }, out);
  const load = async (front: Front) => {
    const file = path.join(out, front, 'interpret.mjs');
    return ((await import(pathToFileURL(file).href)) as { interpret: Interpret }).interpret;
  };
  const loaded = { generators: await load('generators'), native: await load('native') };
  rmSync(out, { recursive: true });
  return loaded;
}

/** What the front did; an error of the loop itself is a line of it. */
async function attempt(interpret: Interpret, program: Program): Promise<string[]> {
  try {
    return await interpret(program);
  } catch (error) {
    return [`(threw) ${error instanceof Error ? error.stack : String(error)}`];
  }
}

/** The seeds that showed a difference. `tell` gets a line for each, and how to replay it. */
export async function runSeeds(from: number, count: number, tell: (line: string) => void): Promise<number[]> {
  const runner = python();
  const known = digests();
  const interpret = await typescript();
  const failed: number[] = [];
  let compared = 0;
  let lines = 0;
  for (let seed = from; seed < from + count; seed++) {
    const program = generate(seed);
    const wanted = runner ? digest(await runner.run(program)) : known[seed];
    if (wanted === undefined) continue;
    compared++;
    for (const front of fronts) {
      const log = await attempt(interpret[front], program);
      lines += log.length;
      if (digest(log) === wanted) continue;
      failed.push(seed);
      tell(`seed ${seed} differs with ${front}; replay: npm run test:conformance -- --seed ${seed}`);
    }
  }
  runner?.end();
  tell(
    `seeds ${from} to ${from + count - 1}, ${runner ? `CPython ${REFERENCE}` : 'its digests'}: ` +
      `${compared} programs, ${lines} log lines, ${failed.length} differences`,
  );
  if (compared === 0)
    throw new Error(`CPython ${REFERENCE} is not found, and there are no digests of these seeds.`);
  return failed;
}

/** Digests of what CPython does, by seed from 0 on. */
function digests(): string[] {
  return existsSync(digestFile) ? (JSON.parse(readFileSync(digestFile, 'utf8')) as string[]) : [];
}

/** Writes what CPython does, after the generator has changed. */
export async function updateDigests(count: number): Promise<void> {
  const runner = python();
  if (runner === undefined) throw new Error(`CPython ${REFERENCE} is needed for this, and is not found.`);
  const all: string[] = [];
  for (let seed = 0; seed < count; seed++) all.push(digest(await runner.run(generate(seed))));
  runner.end();
  writeFileSync(digestFile, JSON.stringify(all, undefined, 2) + '\n');
}

/** Runs one seed; prints the smallest part of it that still shows a difference. True when there is none. */
export async function replaySeed(seed: number): Promise<boolean> {
  const runner = python();
  if (runner === undefined) throw new Error(`CPython ${REFERENCE} is needed for this, and is not found.`);
  const interpret = await typescript();
  try {
    const difference = async (program: Program) => {
      const wanted = await runner.run(program);
      for (const front of fronts) {
        const got = await attempt(interpret[front], program);
        if (digest(got) !== digest(wanted)) return { front, wanted, got };
      }
      return undefined;
    };
    let program = generate(seed);
    if ((await difference(program)) === undefined) {
      console.log(`seed ${seed}: no difference`);
      return true;
    }
    for (let smaller: Program | undefined = program; smaller !== undefined;) {
      program = smaller;
      smaller = undefined;
      for (const candidate of reductions(program)) {
        if ((await difference(candidate)) === undefined) continue;
        smaller = candidate;
        break;
      }
    }
    const { front, wanted, got } = (await difference(program))!;
    console.log(
      JSON.stringify(program.tasks, undefined, 1).replace(/\n\s*("(?:id|op|i|d|n|flag|how)")/g, ' $1'),
    );
    console.log(`\n${`CPython ${REFERENCE}`.padEnd(50)} │ ${front}`);
    for (let i = 0; i < Math.max(wanted.length, got.length); i++)
      console.log(`${wanted[i] === got[i] ? ' ' : '!'} ${(wanted[i] ?? '').padEnd(48)} │ ${got[i] ?? ''}`);
    return false;
  } finally {
    runner.end();
  }
}

/** Every program with one statement less, or with one block replaced by what is in it. */
function* reductions(program: Program): Generator<Program> {
  for (let i = 0; i < program.tasks.length; i++) yield { ...program, tasks: program.tasks.toSpliced(i, 1) };
  for (let i = 0; i < program.tasks.length; i++)
    for (const ops of shorter(program.tasks[i])) yield { ...program, tasks: program.tasks.with(i, ops) };
}

function* shorter(ops: Op[]): Generator<Op[]> {
  for (let i = 0; i < ops.length; i++) {
    const op = ops[i];
    yield ops.toSpliced(i, 1);
    if (op.body) yield ops.toSpliced(i, 1, ...op.body);
    for (const body of op.bodies ?? []) yield ops.toSpliced(i, 1, ...body);
    for (const part of ['body', 'last'] as const)
      if (op[part]) for (const less of shorter(op[part])) yield ops.with(i, { ...op, [part]: less });
    for (let j = 0; j < (op.bodies?.length ?? 0); j++) {
      if (op.bodies!.length > 1) yield ops.with(i, { ...op, bodies: op.bodies!.toSpliced(j, 1) });
      for (const less of shorter(op.bodies![j]))
        yield ops.with(i, { ...op, bodies: op.bodies!.with(j, less) });
    }
  }
}
