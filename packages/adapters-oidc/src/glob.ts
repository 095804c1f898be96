/**
 * Makes a test of whole texts from a pattern: `*` stands for one or more characters of any kind, `/` and `:` among them; every
 * other character stands for itself, in its case. Pieces are looked for from left to right and never again, so that the work
 * does not explode whatever is matched.
 *
 * @internal
 */
export function glob(pattern: string): (text: string) => boolean {
  const [first = '', ...rest] = pattern.split(/\*+/);
  const last = rest.pop();
  if (last === undefined) return (text) => text === pattern;
  return (text) => {
    const end = text.length - last.length;
    if (!text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length + 1;
    for (const piece of rest) {
      const found = text.indexOf(piece, at);
      if (found < 0) return false;
      at = found + piece.length + 1;
    }
    return at <= end;
  };
}
