import type { DatabaseDriver } from '../driver.ts';
import type { DriverName } from '../profile.ts';
import { sqlite } from './sqlite/driver.ts';

/** Every database we can talk to. */
export const drivers: Readonly<Record<DriverName, DatabaseDriver>> = { sqlite };
