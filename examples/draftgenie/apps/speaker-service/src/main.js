import { serve } from '../../../libs/common/server.js';

serve(
  {
    'GET /health': () => ({ status: 'ok', service: 'speaker-service' }),
    'GET /api/v1/speakers': () => [],
  },
  process.env.PORT ?? 3001,
);
