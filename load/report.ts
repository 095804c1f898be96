/** One line of the report: what we did against the most that the same run showed to be possible. */
export interface Row {
  readonly work: string;
  readonly ours: number;
  readonly ceiling: number;
  readonly wanted: number;
  readonly p50Ms?: number;
  readonly p99Ms?: number;
}

/** The middle of the values. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = Number.NaN, high = Number.NaN] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return (low + high) / 2;
}

/** The rows as a table for people. */
export function table(rows: readonly Row[]): string {
  const cells = rows.map(({ work, ours, ceiling, wanted, p50Ms, p99Ms }) => [
    work,
    ...[ours, ceiling].map((value) => value.toFixed(0)),
    `${((ours / ceiling) * 100).toFixed(0)} %`,
    `${(wanted * 100).toFixed(0)} %`,
    ...[p50Ms, p99Ms].map((value) => value?.toFixed(1) ?? ''),
  ]);
  const lines = [['work', 'ours/s', 'ceiling/s', 'ratio', 'wanted', 'p50 ms', 'p99 ms'], ...cells];
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  return lines.map((line) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')).join('\n');
}
