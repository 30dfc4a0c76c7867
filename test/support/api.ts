import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { afterAll } from 'vitest';
import type { StaffContext } from '#features/staff/door/staff-context.ts';
import type { AnyReaction } from '#foundation/facts.ts';
import type { TestDatabase } from './database.ts';
import { type Answered, type MachineApi, openMachineApi } from './machine-api.ts';

export type { Answered };
export type TestApi = MachineApi;

/** The machine door over a test database, with the rooms' routes that the test names; closed after the file. */
export async function openTestApi(
  database: TestDatabase,
  rooms: (api: StaffContext) => readonly FastifyPluginAsyncZod[],
  options: { now?: string; reactions?: readonly AnyReaction[] } = {},
): Promise<TestApi> {
  const api = await openMachineApi(database.db, rooms, options);
  afterAll(() => api.app.close());
  return api;
}
