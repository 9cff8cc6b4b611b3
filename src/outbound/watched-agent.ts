import type { Agent, ClientRequest } from 'node:http';

/** What Node calls with every request; the way in that packages with agents of their own use (https://github.com/TooTallNate/proxy-agents). */
interface RequestTaker {
  addRequest(sent: ClientRequest, ...others: readonly unknown[]): void;
}

/** The same agent, with the same connections, for one request that somebody wants to see: the SDKs' client shows none. */
export function watchedAgent(agent: Agent, see: (sent: ClientRequest) => void): Agent {
  const taker = agent as unknown as RequestTaker;
  const addRequest: RequestTaker['addRequest'] = (sent, ...others) => {
    see(sent);
    taker.addRequest(sent, ...others);
  };
  return Object.create(agent, { addRequest: { value: addRequest } }) as Agent;
}
