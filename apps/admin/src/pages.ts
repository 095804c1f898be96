import type { Page, PageRequest } from '@xzepr/core';

const AT_ONCE = 500;

/** Everything of a list, page by page, but at most `most`. */
export async function allOf<T>(read: (page: PageRequest) => Promise<Page<T>>, most: number): Promise<readonly T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const limit = Math.min(AT_ONCE, most - items.length);
    const page = await read({ limit, ...(cursor !== undefined && { cursor }) });
    items.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && items.length < most);
  return items;
}
