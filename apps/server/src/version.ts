import { createRequire } from 'node:module';

/** Of the server's package. */
export const VERSION = (createRequire(import.meta.url)('../package.json') as { readonly version: string }).version;
