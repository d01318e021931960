import type { DriftWatch } from '@tradewind/features';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What operators watch of the models. */
export class InferenceMetrics {
  readonly predictions: Counter<'model' | 'version'>;
  readonly refusedInputs: Counter<'code'>;
  readonly withoutModel: Counter;
  readonly runSeconds: Histogram;
  readonly failures: Counter<'reason'>;
  readonly restarts: Counter;
  readonly gateRefusals: Counter<'rule'>;
  readonly champion: Gauge<'model' | 'version'>;
  readonly inputImportance: Gauge<'feature'>;
  /** What the champion's inputs are watched by; undefined when its card does not say how they were at training. */
  drift: DriftWatch | undefined;

  constructor(registry: Registry) {
    const registers = [registry];
    this.predictions = new Counter({ name: 'tw_predictions_total', help: 'Predictions made', labelNames: ['model', 'version'], registers });
    this.refusedInputs = new Counter({
      name: 'tw_prediction_inputs_refused_total',
      help: 'Warm vectors that the model must not see',
      labelNames: ['code'],
      registers,
    });
    this.withoutModel = new Counter({ name: 'tw_predictions_without_model_total', help: 'Steps answered without a model', registers });
    this.runSeconds = new Histogram({
      name: 'tw_model_run_seconds',
      help: 'Time of one batch, with the way to the model process and back',
      buckets: [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.1, 0.5, 2, 10],
      registers,
    });
    this.failures = new Counter({
      name: 'tw_model_failures_total',
      help: 'Batches that the model did not answer at the first attempt',
      labelNames: ['reason'],
      registers,
    });
    this.restarts = new Counter({
      name: 'tw_model_process_restarts_total',
      help: 'Model processes that took the place of one that died',
      registers,
    });
    this.gateRefusals = new Counter({
      name: 'tw_model_gate_refusals_total',
      help: 'Models that the gate refused',
      labelNames: ['rule'],
      registers,
    });
    this.champion = new Gauge({
      name: 'tw_model_champion',
      help: '1 for the version that serves',
      labelNames: ['model', 'version'],
      registers,
    });
    this.inputImportance = new Gauge({
      name: 'tw_model_input_importance',
      help: 'What the log loss of the champion grew by on held-out rows when the input was shuffled',
      labelNames: ['feature'],
      registers,
    });
    const drift = new Gauge({
      name: 'tw_model_input_drift_psi',
      help: 'Population stability index of an input against training: 0.1 to 0.25 is worth a look, above it is another population',
      labelNames: ['feature'],
      registers,
      collect: () => {
        drift.reset();
        for (const { feature, stability } of this.drift?.drifts() ?? []) drift.set({ feature }, stability);
      },
    });
  }
}
