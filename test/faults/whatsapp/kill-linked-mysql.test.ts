import { onDatabase } from '../../support/database/lanes.ts';
import { killWhileLinked } from './kill-linked.ts';

onDatabase('mysql', 'a process that is killed with a linked number (%s)', killWhileLinked);
