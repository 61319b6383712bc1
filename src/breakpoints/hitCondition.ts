/** Hit conditions: `5` (the fifth time), `== 5`, `> 5`, `>= 5`, `< 5`, `<= 5`, `% 5` (every fifth). */

export type HitOperator = '==' | '>' | '>=' | '<' | '<=' | '%';
export interface HitCondition {
  operator: HitOperator;
  count: number;
}

/** Undefined when it does not parse, and when no hit can meet it: `0`, `< 1`. */
export function parseHitCondition(text: string): HitCondition | undefined {
  const match = /^\s*(==|=|>=|>|<=|<|%)?\s*(\d{1,15})\s*$/.exec(text);
  if (!match) return undefined;
  const operator = match[1] === undefined || match[1] === '=' ? '==' : (match[1] as HitOperator);
  const count = Number(match[2]);
  const least = operator === '<' ? 2 : operator === '>' || operator === '>=' ? 0 : 1;
  return count < least ? undefined : { operator, count };
}

/** Whether to stop at the hit of that number, counted from 1. */
export function hitStops(condition: HitCondition, hit: number): boolean {
  switch (condition.operator) {
    case '==':
      return hit === condition.count;
    case '>':
      return hit > condition.count;
    case '>=':
      return hit >= condition.count;
    case '<':
      return hit < condition.count;
    case '<=':
      return hit <= condition.count;
    case '%':
      return hit % condition.count === 0;
  }
}
