import type { DeploymentConfig } from '../../src/domain/config/model.ts';
import { parseConfig } from '../../src/domain/config/parse.ts';

/** Services and jobs that say everything that they may say, between them, and one that says nothing. */
const SERVICES = `
azure: { resource_group: shop-rg, location: eastus, project_name: shop }
container_registry: { name: shopacr }
key_vault: { name: shop-kv }
secrets: { token: "env:TOKEN" }
services:
  broker: { image: "rabbitmq:4", port: 5672, transport: tcp, ports: [15672], depends_on: [cache] }
  cache: { image: "redis:7", port: 6379, transport: tcp, args: [--save, ""] }
  worker: { dockerfile: Dockerfile, command: "node worker.js", depends_on: [shop], probes: { liveness: { port: 9000 } } }
  plain: { dockerfile: Dockerfile }
  grpc: { dockerfile: Dockerfile, port: 50051, transport: http2, probes: { readiness: { kind: http, path: /ready } } }
  quiet: { dockerfile: Dockerfile, port: 8080, probes: false }
  shop:
    dockerfile: Dockerfile
    port: 8080
    ingress: external
    health_path: /health
    command: [node, server.js]
    args: [--verbose]
    ports: [9090, { port: 9091, exposed_port: 99 }]
    cors: { origins: ["https://example.org"], methods: [GET], headers: ["*"], expose_headers: [etag], max_age: 60, credentials: true }
    ip_rules: { allow: { office: 203.0.113.0/24 } }
    client_certificates: accept
    session_affinity: true
    termination_grace: 90
    probes:
      startup: { kind: tcp, port: 9090, failure_threshold: 240 }
      readiness: { kind: http, path: /ready, scheme: https, headers: { Host: shop }, success_threshold: 2 }
      liveness: false
    init:
      - { name: prepare, command: "./prepare.sh", args: [now], env: { TOKEN: { secret: token } } }
      - { name: fetch, image: "curlimages/curl:8.10.1", cpu: 0.25 }
    sidecars:
      - { name: proxy, image: "envoyproxy/envoy:v1.31", args: [-c, /etc/envoy.yaml], command: [envoy], probes: { liveness: { port: 9901 } } }
      - { name: beat, env: { MODE: beat } }
jobs:
  by_hand: { dockerfile: Dockerfile.job, command: [node, job.js], args: [--all], env: { TOKEN: { secret: token } } }
  nightly: { image: "busybox:1.37", schedule: "0 3 * * *", timeout: 60 }
  queue:
    image: "worker:1"
    event: { scalers: { rabbit: { type: rabbitmq, metadata: { queueName: jobs }, secrets: { host: token } }, bus: { type: azure-servicebus, identity: true } } }
`;

export function withChosenServices(config: DeploymentConfig): DeploymentConfig {
  const result = parseConfig(SERVICES);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const { services, jobs = [], secrets } = result.parsed.config;
  return { ...config, services, jobs, secrets: { ...config.secrets, ...secrets } };
}
