/**
 * Pointer patterns as a tree, so that a reader goes down it beside the text and asks nothing where no pattern leads.
 *
 * @internal
 */
export interface PatternNode {
  readonly members: readonly PatternMember[];
  readonly items: PatternNode | undefined;
  /** The value here is wanted as it was written. */
  readonly verbatim: boolean;
  /** The value here is a text of its own within the text: depth counts from it, and it alone is dropped when too deep. */
  readonly document: boolean;
}

/** @internal */
interface PatternMember {
  readonly name: string;
  readonly node: PatternNode;
}

interface GrowingNode {
  members: { name: string; node: GrowingNode }[];
  items: GrowingNode | undefined;
  verbatim: boolean;
  document: boolean;
}

/**
 * The tree of `verbatim` and `document`: RFC 6901 pointers in which `*` stands for every index of an array.
 *
 * @throws RangeError one of them is no pointer: neither empty nor starting with a slash
 * @internal
 */
export function patternTree(verbatim: readonly string[], document: string | undefined): PatternNode {
  const root = growingNode();
  for (const pattern of verbatim) grow(root, pattern).verbatim = true;
  if (document !== undefined) grow(root, document).document = true;
  return root;
}

function growingNode(): GrowingNode {
  return { members: [], items: undefined, verbatim: false, document: false };
}

function grow(root: GrowingNode, pattern: string): GrowingNode {
  if (pattern !== '' && !pattern.startsWith('/'))
    throw new RangeError(`not a JSON pointer: ${pattern}; start it with /`);
  let node = root;
  for (const token of pattern.split('/').slice(1)) {
    node = token === '*' ? (node.items ??= growingNode()) : memberOf(node, unescaped(token));
  }
  return node;
}

function memberOf(node: GrowingNode, name: string): GrowingNode {
  const known = node.members.find((member) => member.name === name);
  if (known !== undefined) return known.node;
  const added = { name, node: growingNode() };
  node.members.push(added);
  return added.node;
}

function unescaped(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~');
}
