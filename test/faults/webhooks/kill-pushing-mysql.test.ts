import { onDatabase } from '../../support/database/lanes.ts';
import { killWhilePushing } from './kill-pushing.ts';

onDatabase('mysql', 'a process that is killed while it pushes events (%s)', killWhilePushing);
