/* Trains and runs a linear-chain CRF: AdaGrad with regularised dual averaging, sentence by sentence.
 *
 * A label's weights stand together, eight floats to a feature (seven labels and one unused). Each
 * parameter has two blocks of eight: the sum of its gradients, and of their squares; the weight is
 * computed from them when it is looked at, so that what L1 presses to zero costs nothing.
 * Compiled by scripts/train-names; users of gallra never need it.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH 8
typedef float row __attribute__((vector_size(32)));

typedef struct {
    int64_t sentence_count;
    const int64_t *sentences; /* where each begins; one more at the end */
    const int32_t *types;     /* of each token */
    const int64_t *starts;    /* of each type's features */
    const int32_t *features;
    const int32_t *columns; /* hashed, column_count of each token; -1 for none */
    int32_t column_count, feature_count, near_count, next_count, label_count;
} corpus;

typedef struct {
    float eta, l1, word_dropout, feature_dropout;
} setting;

static uint64_t state = 88172645463325252ULL;

static float chance(void) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (float)(state >> 40) * (1.0f / 16777216.0f);
}

void seed(uint64_t number) {
    state = 88172645463325252ULL ^ (number * 0x9E3779B97F4A7C15ULL);
    for (int i = 0; i < 20; i++) chance();
}

static inline row weight(const float *parameter, float eta, float threshold) {
    row found;
    for (int k = 0; k < WIDTH; k++) {
        float sum = parameter[k], size = fabsf(sum) - threshold;
        size = size > 0 ? size : 0;
        float w = eta * size / (1e-3f + sqrtf(parameter[WIDTH + k]));
        found[k] = sum > 0 ? -w : w;
    }
    return found;
}

/* Gather the numbers of the features of the token at `at`. The blocks: the five offsets of the
 * types' features, then the hashed columns. */
static int gather(const corpus *c, int64_t at, int64_t start, int64_t end, float word_dropout,
                  float feature_dropout, int32_t *into) {
    static const int offsets[5] = {0, -1, 1, -2, 2};
    int count = 0;
    for (int block = 0; block < 5; block++) {
        int64_t place = at + offsets[block];
        if (place < start || place >= end) continue;
        int64_t first = c->starts[c->types[place]], last = c->starts[c->types[place] + 1];
        if (block > 2 && last - first > c->near_count) last = first + c->near_count;
        else if (block > 0 && last - first > c->next_count) last = first + c->next_count;
        if (word_dropout > 0 && block < 3 && chance() < word_dropout) {
            first++;
            if (block == 0) last--;
        }
        for (int64_t i = first; i < last; i++)
            if (feature_dropout <= 0 || chance() >= feature_dropout)
                into[count++] = block * c->feature_count + c->features[i];
    }
    const int32_t *column = c->columns + at * c->column_count;
    for (int i = 0; i < c->column_count; i++)
        if (column[i] >= 0 && (feature_dropout <= 0 || chance() >= feature_dropout))
            into[count++] = 5 * c->feature_count + column[i];
    return count;
}

static void forward_backward(int64_t n, int labels, const float moves[WIDTH][WIDTH], const row *e,
                             row *a, row *b, double *log_sum) {
    for (int64_t i = 0; i < n; i++) {
        row x = {0};
        if (i == 0) x = e[0];
        else {
            for (int p = 0; p < labels; p++)
                for (int k = 0; k < WIDTH; k++) x[k] += a[i - 1][p] * moves[p][k];
            x *= e[i];
        }
        float sum = 0;
        for (int k = 0; k < labels; k++) sum += x[k];
        *log_sum += logf(sum);
        a[i] = x / sum;
    }
    for (int k = 0; k < WIDTH; k++) b[n - 1][k] = 1;
    for (int64_t i = n - 2; i >= 0; i--) {
        row v = e[i + 1] * b[i + 1], x = {0};
        float sum = 0;
        for (int k = 0; k < labels; k++) {
            float q = 0;
            for (int m = 0; m < labels; m++) q += moves[k][m] * v[m];
            x[k] = q;
            sum += q;
        }
        b[i] = x / sum;
    }
}

/* One pass over the sentences in `order`; returns the loss. */
double epoch(const corpus *c, const setting *s, const int64_t *order, const int8_t *gold,
             const float *importance, float *parameters, float *transitions, double step) {
    const float scale = 1.0f / (1 - s->feature_dropout);
    const int labels = c->label_count;
    double loss = 0;
    int64_t room = 0, *bounds = 0;
    int32_t *active = 0;
    row *e = 0, *a = 0, *b = 0;
    for (int64_t z = 0; z < c->sentence_count; z++) {
        int64_t start = c->sentences[order[z]], end = c->sentences[order[z] + 1], n = end - start;
        if (n <= 0) continue;
        float threshold = s->l1 * (float)(step + z + 1), share = importance[order[z]];
        if (n > room) {
            room = n * 2;
            free(e), free(a), free(b);
            bounds = realloc(bounds, (room + 1) * sizeof *bounds);
            active = realloc(active, room * 200 * sizeof *active);
            e = aligned_alloc(32, room * 32), a = aligned_alloc(32, room * 32);
            b = aligned_alloc(32, room * 32);
        }
        float moves[WIDTH][WIDTH];
        for (int p = 0; p < WIDTH; p++) {
            row w = weight(transitions + p * 16, s->eta, threshold);
            for (int k = 0; k < WIDTH; k++) moves[p][k] = expf(w[k]);
        }
        bounds[0] = 0;
        for (int64_t i = 0; i < n; i++)
            bounds[i + 1] = bounds[i] + gather(c, start + i, start, end, s->word_dropout,
                                               s->feature_dropout, active + bounds[i]);
        for (int64_t i = 0; i < n; i++) {
            row x = {0};
            for (int64_t q = bounds[i]; q < bounds[i + 1]; q++) {
                if (q + 8 < bounds[n])
                    __builtin_prefetch(parameters + (int64_t)active[q + 8] * 16);
                x += weight(parameters + (int64_t)active[q] * 16, s->eta, threshold);
            }
            x *= scale;
            float most = x[0];
            for (int k = 1; k < labels; k++) most = x[k] > most ? x[k] : most;
            loss -= share * (x[(int)gold[start + i]] - most);
            for (int k = 0; k < WIDTH; k++) x[k] = k < labels ? expf(x[k] - most) : 0;
            e[i] = x;
            if (i) loss -= share * logf(moves[(int)gold[start + i - 1]][(int)gold[start + i]]);
        }
        double log_sum = 0;
        forward_backward(n, labels, (const float(*)[WIDTH])moves, e, a, b, &log_sum);
        loss += share * log_sum;
        float turned[WIDTH][WIDTH];
        memset(turned, 0, sizeof turned);
        for (int64_t i = 0; i < n; i++) {
            row m = a[i] * b[i];
            float sum = 0;
            for (int k = 0; k < labels; k++) sum += m[k];
            m /= sum;
            if (i + 1 < n) {
                float pair[WIDTH][WIDTH], all = 0;
                row v = e[i + 1] * b[i + 1];
                for (int p = 0; p < labels; p++)
                    for (int k = 0; k < labels; k++)
                        all += pair[p][k] = a[i][p] * moves[p][k] * v[k];
                for (int p = 0; p < labels; p++)
                    for (int k = 0; k < labels; k++) turned[p][k] += pair[p][k] / all;
                turned[(int)gold[start + i]][(int)gold[start + i + 1]] -= 1;
            }
            m[(int)gold[start + i]] -= 1;
            m *= scale * share;
            row squared = m * m;
            for (int64_t q = bounds[i]; q < bounds[i + 1]; q++) {
                row *parameter = (row *)(parameters + (int64_t)active[q] * 16);
                parameter[0] += m;
                parameter[1] += squared;
            }
        }
        for (int p = 0; p < labels; p++)
            for (int k = 0; k < labels; k++) {
                float g = turned[p][k] * share;
                transitions[p * 16 + k] += g;
                transitions[p * 16 + 8 + k] += g * g;
            }
    }
    free(e), free(a), free(b), free(bounds), free(active);
    return loss;
}

void weights(int64_t count, const float *parameters, float *into, double step, const setting *s) {
    for (int64_t i = 0; i < count; i++) {
        row w = weight(parameters + i * 16, s->eta, s->l1 * (float)step);
        memcpy(into + i * WIDTH, &w, sizeof w);
    }
}

/* The marginals of every token, eight floats each. */
void marginals(const corpus *c, const float *weights, const float *transitions, float *into) {
    float moves[WIDTH][WIDTH];
    int32_t active[1000];
    for (int p = 0; p < WIDTH; p++)
        for (int k = 0; k < WIDTH; k++) moves[p][k] = expf(transitions[p * WIDTH + k]);
    for (int64_t z = 0; z < c->sentence_count; z++) {
        int64_t start = c->sentences[z], end = c->sentences[z + 1], n = end - start;
        if (n <= 0) continue;
        row *e = aligned_alloc(32, n * 32), *a = aligned_alloc(32, n * 32);
        row *b = aligned_alloc(32, n * 32);
        for (int64_t i = 0; i < n; i++) {
            int count = gather(c, start + i, start, end, 0, 0, active);
            row x = {0};
            for (int q = 0; q < count; q++) x += *(const row *)(weights + (int64_t)active[q] * WIDTH);
            float most = x[0];
            for (int k = 1; k < c->label_count; k++) most = x[k] > most ? x[k] : most;
            for (int k = 0; k < WIDTH; k++) x[k] = k < c->label_count ? expf(x[k] - most) : 0;
            e[i] = x;
        }
        double unused = 0;
        forward_backward(n, c->label_count, (const float(*)[WIDTH])moves, e, a, b, &unused);
        for (int64_t i = 0; i < n; i++) {
            row m = a[i] * b[i];
            float sum = 0;
            for (int k = 0; k < c->label_count; k++) sum += m[k];
            m /= sum;
            memcpy(into + (start + i) * WIDTH, &m, sizeof m);
        }
        free(e), free(a), free(b);
    }
}
