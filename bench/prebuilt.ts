/** An application of a ready image: nothing is built, so that no sources are uploaded. */
export const PREBUILT = `
azure: { resource_group: bench-rg, location: westeurope, project_name: bench }
container_registry: { name: benchregistry }
key_vault: { name: bench-vault-1 }
monitoring: {}
postgresql: {}
redis: {}
services: { cache: { image: "redis:7-alpine", port: 6379, transport: tcp } }
`;
