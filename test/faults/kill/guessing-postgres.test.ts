import { onDatabase } from '../../support/database/lanes.ts';
import { killWhileGuessing } from './kill-guessing.ts';

onDatabase('postgres', 'a process that is killed (%s)', killWhileGuessing);
