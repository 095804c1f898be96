import type { Config } from 'jest';

import ordinary from './jest.config.ts';

/** One file at a time: these start servers of their own and measure themselves against nobody. */
const config: Config = {
  ...ordinary,
  testMatch: ['**/test/**/*.system.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 900_000,
  maxWorkers: 1,
};
export default config;
