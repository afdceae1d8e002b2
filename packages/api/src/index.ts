export { buildApi } from './api.ts';
export { startApi, type Place } from './start-api.ts';
export type { ApiDeps } from './deps.ts';
export type { HarvestReport, HarvestRun, HarvestRunDetail } from './harvest/report.ts';
export { ApiProblem, type Problem } from './problems/problem.ts';
export type { ExportFormat, NormalisedRecord } from './records/export-formats.ts';
export { lookUp, type Found } from './records/look-up.ts';
export type { RecordPage, ZenodoRecord } from './records/zenodo-record.ts';
