import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import {
  type ISerializer,
  JsonMetricsSerializer,
  JsonTraceSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer';
import { AggregationTemporality, type PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { TelemetrySettings } from '../settings.ts';
import type { OtlpSender } from './otlp-sender.ts';

type Tell = (message: string) => void;

export function spanExporter(
  { protocol }: NonNullable<TelemetrySettings['traces']>,
  sender: OtlpSender,
  tell: Tell,
): SpanExporter {
  const serializer = protocol === 'http/json' ? JsonTraceSerializer : ProtobufTraceSerializer;
  return exporting(serializer, sender, tell);
}

export function metricExporter(
  { protocol, isDelta }: NonNullable<TelemetrySettings['metrics']>,
  sender: OtlpSender,
  tell: Tell,
): PushMetricExporter {
  const serializer = protocol === 'http/json' ? JsonMetricsSerializer : ProtobufMetricsSerializer;
  const temporality = isDelta ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE;
  return { ...exporting(serializer, sender, tell), selectAggregationTemporality: () => temporality };
}

interface PartlyTaken {
  readonly partialSuccess?: { readonly errorMessage?: string | undefined };
}

function exporting<Items, Answer extends PartlyTaken>(
  serializer: ISerializer<Items, Answer>,
  sender: OtlpSender,
  tell: Tell,
) {
  const send = async (items: Items): Promise<void> => {
    const body = serializer.serializeRequest(items);
    if (!body) return;
    const answer = await sender.send(body);
    const { errorMessage } = answer.length > 0 ? (partlyTaken(serializer, answer) ?? {}) : {};
    if (errorMessage) tell(`the collector did not take all: ${errorMessage}`);
  };
  return {
    export(items: Items, done: (result: ExportResult) => void): void {
      send(items).then(
        () => done({ code: ExportResultCode.SUCCESS }),
        (error: Error) => {
          tell(error.message);
          done({ code: ExportResultCode.FAILED, error });
        },
      );
    },
    forceFlush: () => sender.idle(),
    async shutdown(): Promise<void> {
      sender.stop();
    },
  };
}

/** What a collector answers need not be what the specification says: it has taken it all the same. */
function partlyTaken<Items, Answer extends PartlyTaken>(
  serializer: ISerializer<Items, Answer>,
  answer: Uint8Array,
): PartlyTaken['partialSuccess'] {
  try {
    return serializer.deserializeResponse(answer).partialSuccess;
  } catch {
    return undefined;
  }
}
