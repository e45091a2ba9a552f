import { redisUrl } from '../../support/redis.ts';
import { shareNumbers } from './many-nodes.ts';

shareNumbers({
  name: 'MariaDB with Redis',
  dialect: 'mysql',
  nodes: 3,
  env: { REDIS_URL: redisUrl },
});
