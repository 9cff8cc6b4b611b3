import { serve } from '../../libs/common/server.js';

const UPSTREAMS = ['SPEAKER_SERVICE_URL', 'DRAFT_SERVICE_URL', 'RAG_SERVICE_URL', 'EVALUATION_SERVICE_URL'];

serve(
  {
    'GET /api/v1/health': () => ({ status: 'ok', service: 'api-gateway' }),
    'GET /api/v1/upstreams': () => Object.fromEntries(UPSTREAMS.map((name) => [name, process.env[name] ?? null])),
    'GET /api/docs': () => ({ openapi: '3.1.0', info: { title: 'DraftGenie example', version: '1.0.0' }, paths: {} }),
  },
  process.env.PORT ?? 3000,
);
