/** An application of ready images, with all that can be asked for: nothing is built, so a deployment over HTTP needs no sources. */
export const PREBUILT_CONFIG = `
azure: { resource_group: shop-rg, location: westeurope, project_name: shop }
container_registry: { name: shopregistry }
key_vault: { name: shop-vault-1 }
monitoring: {}
postgresql: {}
redis: {}
services: { cache: { image: "redis:7-alpine", port: 6379, transport: tcp } }
secrets: { payment_key: "env:PAYMENT_KEY" }
`;
