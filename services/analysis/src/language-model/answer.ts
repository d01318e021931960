import { failed, type Result, succeeded } from '@tradewind/vocabulary';
import { z } from 'zod';

const RATIONALE_CHARACTERS_MAX = 400;

const answerSchema = z.strictObject({
  stance: z.enum(['UP', 'DOWN', 'FLAT']),
  confidence: z.number().min(0).max(1),
  risk: z.enum(['low', 'medium', 'high', 'extreme']),
  signal_type: z.enum(['uptrend', 'downtrend', 'trend-break', 'oversold-in-uptrend', 'overbought', 'range', 'no-setup']),
  rationale: z.string().min(1).max(RATIONALE_CHARACTERS_MAX),
});

/** What a model may say, and all that it may: closed sets, bounded numbers and one short text for people to read. */
export type Answer = z.infer<typeof answerSchema>;

/** The same as JSON schema, for providers that constrain the model's output. */
export const ANSWER_JSON_SCHEMA: object = z.toJSONSchema(answerSchema);

const issuesOf = (error: z.ZodError): string =>
  error.issues.map((issue) => `${issue.path.join('.') || 'answer'}: ${issue.message}`).join('; ');

/** Control and formatting characters have no business in a log or on a screen. */
const plainText = (text: string): string => text.replaceAll(/[\p{C}\s]+/gu, ' ').trim();

/** Reads an answer. The error is the fault in words, fit to be told to the model. */
export const readAnswer = (text: string): Result<Answer, string> => {
  let tree: unknown;
  try {
    tree = JSON.parse(text);
  } catch {
    return failed('the answer is not one JSON object');
  }
  const parsed = answerSchema.safeParse(tree);
  if (!parsed.success) return failed(issuesOf(parsed.error));
  const rationale = plainText(parsed.data.rationale);
  return rationale === '' ? failed('rationale: is empty') : succeeded({ ...parsed.data, rationale });
};
