import { AzureError, isOutOfReach } from '../azure/errors.ts';
import type { Azure, ProbeResult } from '../azure/ports.ts';
import { settleAll } from '../engine/settle.ts';
import type { Clock } from '../shared/clock.ts';
import { type Examination, failed, ok, see } from './examination.ts';

/**
 * More than services take when they judge the times in tokens
 * (https://learn.microsoft.com/dotnet/api/microsoft.identitymodel.tokens.tokenvalidationparameters.defaultclockskew: 300 seconds);
 * a storage account refuses signed requests from fifteen minutes on
 * (https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key#specifying-the-date-header).
 */
const MOST_SKEW_IN_SECONDS = 300;

const NOBODY_ANSWERS =
  'Check the network of this machine and how it finds names; where a proxy is the only way out, name it in HTTPS_PROXY.';

interface Asked {
  readonly host: string;
  readonly answer: ProbeResult;
  /** By our own clock, when the answer came. */
  readonly at: Date;
}

export interface Network {
  readonly lines: readonly Examination[];
  readonly isReachable: boolean;
}

/**
 * Whether Azure answers at all from here, and what time it has. No token is needed.
 *
 * @param proxyFor the proxy that an address is reached through, for people
 */
export async function examineNetwork(
  { probe, cloud }: Pick<Azure, 'probe' | 'cloud'>,
  proxyFor: (address: URL) => string | undefined,
  clock: Clock,
): Promise<Network> {
  const addresses = [cloud.resourceManager, cloud.authority].map((text) => new URL('/', text));
  const asked = await settleAll(
    addresses.map(async (address): Promise<Asked> => {
      const answer = await probe.get(address.href);
      return { host: address.host, answer, at: clock.now() };
    }),
  );
  const away = await settleAll(asked.map(unreachable));
  const problems = away.filter((line) => line !== undefined);
  const proxies = [...new Set(addresses.flatMap((address) => proxyFor(address) ?? []))];
  const way = proxies.length > 0 ? `through the proxy ${proxies.join(' and ')}` : 'without a proxy';
  const hosts = asked.map(({ host }) => host).join(' and ');
  return {
    lines: problems.length > 0 ? problems : [ok('network', `${hosts} answer, ${way}`), ...clockLine(asked)],
    isReachable: problems.length === 0,
  };
}

async function unreachable({ host, answer }: Asked): Promise<Examination | undefined> {
  if (answer.kind === 'answered') return undefined;
  const { code = 'ConnectionFailed', message } = answer;
  const error = new AzureError({ code, message: `${host}: ${message}` });
  if (isOutOfReach(error)) return failed('network', error.message, NOBODY_ANSWERS, code);
  const { failure } = await see('network', async () => {
    throw error;
  });
  return failure;
}

function clockLine(asked: readonly Asked[]): readonly Examination[] {
  const differences = asked.flatMap(({ answer, at }) =>
    answer.kind === 'answered' && answer.date ? [(at.getTime() - answer.date.getTime()) / 1000] : [],
  );
  const [difference] = differences;
  if (difference === undefined) return [];
  const off = Math.round(Math.abs(difference));
  const direction = difference > 0 ? 'ahead of' : 'behind';
  if (off <= MOST_SKEW_IN_SECONDS) return [ok('clock', `within ${Math.max(off, 1)} s of Azure's`)];
  return [
    failed(
      'clock',
      `The clock of this machine is ${Math.round(off / 60)} minutes ${direction} Azure's: tokens and signed addresses are refused by it.`,
      'Let the system set its clock by the network (timedatectl set-ntp true; w32tm /resync on Windows; sntp on macOS).',
    ),
  ];
}
