/** What is known of the data of an image that others have tried on a file share. */
interface KnownImage {
  /** As people call it. */
  readonly title: string;
  /** Why its data may lie on no share; absent: it may. */
  readonly refused?: string;
  /** Of replicas that have the same folder, all but one break it. */
  readonly isSingle: boolean;
  /** The variable without which a new replica does not find the folder of the one before; of an image that needs none absent. */
  readonly namedBy?: { readonly variable: string; readonly value: string };
}

/** By the last part of the repository's name. */
const KNOWN: Readonly<Record<string, KnownImage>> = {
  // https://github.com/qdrant/qdrant/issues/6272, https://github.com/qdrant/qdrant/issues/6135
  qdrant: { title: 'Qdrant', refused: 'Qdrant supports no file share (qdrant/qdrant#6272)', isSingle: true },
  // Its folder is named for its node, and that for the host: https://hub.docker.com/_/rabbitmq
  rabbitmq: {
    title: 'RabbitMQ',
    isSingle: true,
    namedBy: { variable: 'RABBITMQ_NODENAME', value: 'rabbit@localhost' },
  },
};

/** @param image reference with registry, tag and digest, as far as it has them */
export function knownImage(image: string | undefined): KnownImage | undefined {
  const [name = ''] = image?.split('/').at(-1)?.split(/[:@]/) ?? [];
  return Object.hasOwn(KNOWN, name) ? KNOWN[name] : undefined;
}
