/** Ends the PostgreSQL of this run, and its files. */
export default async function tearDown(): Promise<void> {
  await globalThis.testPostgres?.stop();
}
