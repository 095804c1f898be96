/**
 * Thrown inside a reading when the text is not JSON, and turned into an answer before it leaves the module. The message
 * names the place and at most one character of the text: what was sent may be secret, and may be long.
 *
 * @internal
 */
export class JsonSyntaxError extends Error {
  override readonly name = 'JsonSyntaxError';

  constructor(text: string, at: number, expected: string) {
    super(`expected ${expected} but found ${characterAt(text, at)} at ${placeOf(text, at)}`);
  }
}

function characterAt(text: string, at: number): string {
  if (at >= text.length) return 'the end of the text';
  const code = text.charCodeAt(at);
  if (code > 0x20 && code < 0x7f) return `'${String.fromCharCode(code)}'`;
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

function placeOf(text: string, at: number): string {
  let line = 1;
  let lineStart = 0;
  for (let next = text.indexOf('\n'); next !== -1 && next < at; next = text.indexOf('\n', lineStart)) {
    line++;
    lineStart = next + 1;
  }
  return `line ${String(line)}, column ${String(at - lineStart + 1)}`;
}
