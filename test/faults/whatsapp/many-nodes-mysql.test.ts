import { shareNumbers } from './many-nodes.ts';

shareNumbers({ name: 'MariaDB alone', dialect: 'mysql', nodes: 2 });
