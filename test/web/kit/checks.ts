import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { OpenedPage } from '../../support/browser.ts';
import { overflowOf } from './page-stage.ts';

/** Faults that keep people out; lighter ones are the kit's own landmarks. Legacy mode: no page has frames, and it is twice as fast. */
const listFaults = async (page: Page): Promise<string[]> =>
  (await new AxeBuilder({ page }).setLegacyMode().analyze()).violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);

/** No fault of axe, no sideways scroll, no complaint of the browser: its policy is part of that. */
export async function expectSound({ page, complaints }: OpenedPage, where: string): Promise<void> {
  expect({ where, faults: await listFaults(page) }).toEqual({ where, faults: [] });
  await expect
    .poll(async () => ({ where, overflow: await overflowOf(page) }))
    .toEqual({ where, overflow: 0 });
  expect({ where, complaints }).toEqual({ where, complaints: [] });
}
