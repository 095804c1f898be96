/** @internal What a token says, after its signature was checked or before. */
export type Claims = Readonly<Record<string, unknown>>;

/**
 * The claim at `path`, undefined when there is none. Members are parted by dots (`realm_access.roles`); a name that has dots
 * itself is found too (`kubernetes.io.namespace`, `https://acme.example/roles`), the longest that fits first.
 *
 * @internal
 */
export function claimAt(claims: Claims, path: string): unknown {
  let here: unknown = claims;
  for (let rest = path; rest !== '';) {
    if (!isObject(here)) return undefined;
    const name = longestMember(here, rest);
    if (name === undefined) return undefined;
    here = here[name];
    rest = rest.slice(name.length + 1);
  }
  return here;
}

function longestMember(holder: Claims, path: string): string | undefined {
  let name = path;
  while (!Object.hasOwn(holder, name)) {
    const dot = name.lastIndexOf('.');
    if (dot <= 0) return undefined;
    name = name.slice(0, dot);
  }
  return name;
}

function isObject(value: unknown): value is Claims {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
