import type { FastifyError } from 'fastify';
import { ApiProblem } from './problem.ts';

type ValidationError = NonNullable<FastifyError['validation']>[number];

/** The problem of a request that does not match the schema of its route, described by its first fault. */
export function validationProblem(error: FastifyError): ApiProblem {
  const fault = error.validation![0]!;
  const parameter = fault.instancePath.slice(1).replace(/\/\d+$/, '') || missing(fault);
  if (parameter === null) return new ApiProblem(400, 'bad-request', error.message, {}, { cause: error });
  return new ApiProblem(400, 'wrong-parameter', `${parameter} ${demand(fault)}`, { parameter }, { cause: error });
}

function missing({ params }: ValidationError): string | null {
  const name = params['missingProperty'] ?? params['additionalProperty'];
  return typeof name === 'string' ? name : null;
}

/** What the schema requires, so that the message names what to write instead. */
function demand({ keyword, params, message }: ValidationError): string {
  switch (keyword) {
    case 'type':
      return `must be ${TYPES[String(params['type'])] ?? String(params['type'])}`;
    case 'enum':
      return `must be one of ${(params['allowedValues'] as unknown[]).join(', ')}`;
    case 'const':
      return `must be ${String(params['allowedValue'])}`;
    case 'minimum':
      return `must be ${String(params['limit'])} or more`;
    case 'maximum':
      return `must be ${String(params['limit'])} or less`;
    case 'maxLength':
      return `must not be longer than ${String(params['limit'])} characters`;
    default:
      return message ?? 'is wrong';
  }
}

const TYPES: Readonly<Record<string, string>> = { integer: 'a whole number', boolean: 'true or false', string: 'given once' };
