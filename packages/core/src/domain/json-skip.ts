import {
  BRACE,
  BRACKET,
  enterContainer,
  moreInContainer,
  scanColon,
  scanName,
  scanScalar,
  skipSpace,
} from './json-tokens.js';
import type { JsonCursor } from './json-tokens.js';

/**
 * Reads past the container the cursor is at, however deep it is: without recursion, and with a byte of memory a level.
 * Only the syntax is checked.
 *
 * @internal
 */
export function skipNested(cursor: JsonCursor): void {
  let open = new Uint8Array(64);
  let depth = 0;
  do {
    const code = skipSpace(cursor);
    if (code !== BRACE && code !== BRACKET) scanScalar(cursor, code);
    else if (enterContainer(cursor, code)) {
      if (depth === open.length) open = doubled(open);
      open[depth] = code;
      depth++;
      if (code === BRACE) skipName(cursor);
      continue;
    }
    depth = leaveFinished(cursor, open, depth);
  } while (depth > 0);
}

/** After a value: out of every container that ends here, and on to the next value. Answers the depth it is at. */
function leaveFinished(cursor: JsonCursor, open: Uint8Array, from: number): number {
  for (let depth = from; depth > 0; depth--) {
    const kind = open[depth - 1] ?? BRACKET;
    if (!moreInContainer(cursor, kind)) continue;
    if (kind === BRACE) skipName(cursor);
    return depth;
  }
  return 0;
}

function skipName(cursor: JsonCursor): void {
  scanName(cursor);
  scanColon(cursor);
}

function doubled(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(bytes.length * 2);
  larger.set(bytes);
  return larger;
}
