import { shareNumbers } from './many-nodes.ts';

shareNumbers({ name: 'PostgreSQL', dialect: 'postgres', nodes: 3 });
