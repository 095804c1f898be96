/** How much longer than its limit a task may take when the machine is busy with other things. */
const STARVED = 4;

/**
 * Calls `over` once `limitMs` have been worked since now. What counts is the time that this process had a processor: on a
 * machine that is busy with other things a task gets its time all the same, though no more than four times as long.
 *
 * @returns what stops it
 * @internal
 */
export function onOvertime(limitMs: number, over: () => void): () => void {
  const [usage, at] = [process.cpuUsage(), performance.now()];
  let timer = setTimeout(look, limitMs);
  let late: NodeJS.Immediate | undefined;

  function look(): void {
    const { user, system } = process.cpuUsage(usage);
    const left = limitMs - (user + system) / 1_000;
    const isOver = left <= 0 || performance.now() - at >= limitMs * STARVED;
    // An answer that has come in while this thread was busy is taken before it is too late for it.
    if (isOver) late = setImmediate(over);
    else timer = setTimeout(look, Math.max(left, 1));
  }

  return () => {
    clearTimeout(timer);
    clearImmediate(late);
  };
}
