/** From findings to the entries of the Problems view. */
import type { Finding, Source, Task, TaskId } from '../adapter/contract';

/** Tasks of one finding that its problem leads to, at most. */
const MOST_RELATED = 8;

export interface Problem {
  source: Source;
  message: string;
  kind: Finding['kind'];
  /** What is proved is a warning, what is suspected an information. */
  proved: boolean;
  related: { source: Source; message: string }[];
}

/** The tasks that the problems of these findings lead to. */
export function relatedTasks(findings: readonly Finding[]): Set<TaskId> {
  return new Set(
    findings.filter(({ source }) => source).flatMap(({ tasks }) => tasks.slice(0, MOST_RELATED)),
  );
}

/** One for each finding that has a line; `tasks` as far as they are known. */
export function problems(findings: readonly Finding[], tasks: ReadonlyMap<TaskId, Task>): Problem[] {
  return findings.flatMap(({ kind, certainty, sentence, source, tasks: concerned }) => {
    if (!source) return [];
    const related = concerned.slice(0, MOST_RELATED).flatMap((id) => {
      const { name, reason } = tasks.get(id) ?? {};
      return reason?.source ? [{ source: reason.source, message: `${name} waits here: ${reason.text}` }] : [];
    });
    return [{ source, message: sentence, kind, proved: certainty === 'proved', related }];
  });
}
