/** @internal A line of a stream: its bytes without the line end, or that it is longer than a line may be. */
export type Line = Buffer | 'too-long';

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Cuts a stream of bytes into lines, and holds no more than one line of at most `limit` bytes. The last line counts without a
 * line end too. Lines with nothing in them are left out.
 *
 * @internal
 */
export function makeLineSplitter(limit: number): { push(chunk: Buffer): readonly Line[]; end(): readonly Line[] } {
  let parts: Buffer[] = [];
  let length = 0;

  function add(part: Buffer): void {
    length += part.length;
    if (length <= limit) parts.push(part);
    else parts = [];
  }

  function finished(): readonly Line[] {
    const line = length > limit ? 'too-long' : withoutReturn(Buffer.concat(parts));
    parts = [];
    length = 0;
    return line.length === 0 ? [] : [line];
  }

  return {
    push(chunk) {
      const lines: Line[] = [];
      let from = 0;
      for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
        add(chunk.subarray(from, at));
        lines.push(...finished());
        from = at + 1;
      }
      if (from < chunk.length) add(chunk.subarray(from));
      return lines;
    },
    end: finished,
  };
}

function withoutReturn(line: Buffer): Buffer {
  return line.at(-1) === CARRIAGE_RETURN ? line.subarray(0, -1) : line;
}
