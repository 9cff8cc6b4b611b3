import { type JsonObject, jsonAt } from '../../../src/shared/json.ts';
import { APPS, app, changeTemplate, configuration, type HandChange, secretsOf, variable } from './hand-change.ts';

const JOB = 'Microsoft.App/jobs/draft-service-migrate';

/** Apps and jobs. */
export const APP_CHANGES: readonly HandChange[] = [
  {
    what: 'an app runs another image',
    isOurs: true,
    request: (hand) =>
      changeTemplate(hand, 'rag-service', (_, container) => {
        container.image = 'docker.io/library/nginx:1';
      }),
    expected: [{ key: 'app:rag_service', path: 'properties.template.containers[rag-service].image' }],
  },
  {
    what: 'a variable of ours has another value',
    isOurs: true,
    request: (hand) =>
      changeTemplate(hand, 'draft-service', (_, container) => {
        variable(container, 'LOG_LEVEL').value = 'debug';
      }),
    expected: [{ key: 'app:draft_service', path: 'properties.template.containers[draft-service].env[LOG_LEVEL]' }],
  },
  {
    what: 'an app has a variable of somebody else',
    isOurs: false,
    request: (hand) =>
      changeTemplate(hand, 'draft-service', (_, container) => {
        container.env = [...(container.env as JsonObject[]), { name: 'FEATURE_X', value: 'on' }];
      }),
    expected: [{ key: 'app:draft_service', path: 'env[FEATURE_X]' }],
  },
  {
    what: 'an app has a second container',
    isOurs: false,
    request: (hand) =>
      changeTemplate(hand, 'evaluation-service', (template) => {
        template.containers = [
          ...(template.containers as JsonObject[]),
          { name: 'agent', image: 'docker.io/library/redis:7', resources: { cpu: 0.25, memory: '0.5Gi' } },
        ];
      }),
    expected: [{ key: 'app:evaluation_service', path: 'containers[agent]' }],
  },
  {
    what: 'an app may have more replicas than the file says',
    isOurs: true,
    request: (hand) =>
      changeTemplate(hand, 'speaker-service', (template) => {
        template.scale = { minReplicas: 1, maxReplicas: 9 };
      }),
    expected: [{ key: 'app:speaker_service', path: 'properties.template.scale.maxReplicas', says: /3 → 9/ }],
  },
  {
    what: 'an app scales by a rule of somebody else',
    isOurs: false,
    request: (hand) =>
      changeTemplate(hand, 'rag-service', (template) => {
        template.scale = {
          ...(template.scale as JsonObject),
          rules: [{ name: 'busy', http: { metadata: { concurrentRequests: '20' } } }],
        };
      }),
    // A field that no deployment ever names is nobody's business but its owner's.
    expected: [],
  },
  {
    what: 'an app has more processor time than the file says',
    isOurs: true,
    request: (hand) =>
      changeTemplate(hand, 'evaluation-service', (_, container) => {
        container.resources = { cpu: 1, memory: '2Gi' };
      }),
    expected: [
      { key: 'app:evaluation_service', path: 'resources.cpu', says: /0\.5 → 1/ },
      { key: 'app:evaluation_service', path: 'resources.memory' },
    ],
  },
  {
    what: 'an app reads whatever version of a secret is the newest',
    isOurs: true,
    async request(hand) {
      const secrets = (await secretsOf(hand, 'evaluation-service')).map((one) =>
        one.name === 'database-url' ? { ...one, keyVaultUrl: String(one.keyVaultUrl).replace(/\/[^/]+$/, '') } : one,
      );
      await hand.patch(app('evaluation-service'), APPS, configuration({ secrets }));
    },
    expected: [{ key: 'app:evaluation_service', path: 'properties.configuration.secrets[database-url].keyVaultUrl' }],
  },
  {
    what: 'an internal app is open to the internet',
    isOurs: true,
    request: (hand) => hand.patch(app('rag-service'), APPS, configuration({ ingress: { external: true } })),
    expected: [{ key: 'app:rag_service', path: 'properties.configuration.ingress.external', says: /false → true/ }],
  },
  {
    what: 'the gateway lets some addresses in only',
    isOurs: false,
    request: (hand) =>
      hand.patch(
        app('api-gateway'),
        APPS,
        configuration({
          ingress: {
            ipSecurityRestrictions: [{ name: 'office', action: 'Allow', ipAddressRange: '203.0.113.0/24' }],
          },
        }),
      ),
    // A field that no deployment ever names is nobody's business but its owner's.
    expected: [],
  },
  {
    what: 'an app answers clear requests',
    isOurs: false,
    request: (hand) => hand.patch(app('api-gateway'), APPS, configuration({ ingress: { allowInsecure: true } })),
    expected: [
      { key: 'app:api_gateway', path: 'properties.configuration.ingress.allowInsecure', says: /false → true/ },
    ],
  },
  {
    what: 'the revision that serves is stopped',
    isOurs: true,
    async request(hand) {
      const live = await hand.get(app('draft-service'), APPS);
      await hand.post(
        `${app('draft-service')}/revisions/${String(jsonAt(live, 'properties.latestRevisionName'))}/deactivate`,
        APPS,
      );
    },
    expected: [{ key: 'app:draft_service', path: 'revisions[', says: /\.active/ }],
  },
  {
    what: 'half of the traffic goes to a revision of somebody else',
    isOurs: true,
    async request(hand) {
      const live = await hand.get(app('api-gateway'), APPS);
      const revisionName = String(jsonAt(live, 'properties.latestRevisionName'));
      await changeTemplate(hand, 'api-gateway', (_, container) => {
        variable(container, 'LOG_LEVEL').value = 'debug';
      });
      const traffic = [
        { revisionName, weight: 50 },
        { revisionName: 'api-gateway--by-hand', weight: 50 },
      ];
      await hand.patch(app('api-gateway'), APPS, configuration({ ingress: { traffic } }));
    },
    expected: [
      { key: 'app:api_gateway', path: 'properties.configuration.ingress.traffic' },
      { key: 'app:api_gateway', path: 'env[LOG_LEVEL]' },
    ],
  },
  {
    what: 'an app has one revision at a time',
    isOurs: true,
    request: (hand) => hand.patch(app('api-gateway'), APPS, configuration({ activeRevisionsMode: 'Single' })),
    expected: [
      { key: 'app:api_gateway', path: 'properties.configuration.activeRevisionsMode', says: /Multiple → Single/ },
    ],
  },
  {
    what: 'an infrastructure service has another port',
    isOurs: true,
    request: (hand) =>
      hand.patch(app('qdrant'), APPS, configuration({ ingress: { targetPort: 6334, exposedPort: 6334 } })),
    expected: [
      { key: 'app:qdrant', path: 'ingress.targetPort', says: /6333 → 6334/ },
      { key: 'app:qdrant', path: 'ingress.exposedPort', says: /6333 → 6334/ },
    ],
  },
  {
    what: 'an infrastructure service is deleted',
    isOurs: true,
    request: (hand) => hand.remove(app('rabbitmq'), APPS),
    expected: [{ key: 'app:rabbitmq', path: '', says: /present → absent/ }],
  },
  {
    what: 'a migration job is deleted',
    isOurs: true,
    request: (hand) => hand.remove(JOB, APPS),
    expected: [{ key: 'job:draft_service', path: '', says: /present → absent/ }],
  },
  {
    what: 'a migration job has another time limit',
    isOurs: false,
    request: (hand) => hand.patch(JOB, APPS, configuration({ replicaTimeout: 7200 })),
    expected: [{ key: 'job:draft_service', path: 'properties.configuration.replicaTimeout', says: /.* → 7200/ }],
  },
  {
    what: 'an app carries a tag of somebody else',
    isOurs: false,
    request: (hand) => hand.patch(app('speaker-service'), APPS, { tags: { 'cost-center': '4711' } }),
    // Anybody may tag anything.
    expected: [],
  },
];
