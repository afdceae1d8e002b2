import { problemResponse } from '../problems/problem.ts';

/** What a route may answer whose path names a record. */
export const LOOKUP_PROBLEMS = {
  300: problemResponse('Several records share this number; `choices` names each'),
  404: problemResponse('There is no such record'),
  410: problemResponse('The record was deleted; `tombstone` describes what it was'),
  503: problemResponse('PostgreSQL does not answer'),
};
