"""RadGraph (DyGIE++) and CheXbert in plain PyTorch, written from their descriptions, under the published names of their
parameters: what the exported modules are compared with. Scores of whole reports at once, no TorchScript."""
import math

import torch
import torch.nn.functional as F
from torch import nn


class Plain(nn.Module):
    """A module with these children, for the names' sake."""

    def __init__(self, /, **children):
        super().__init__()
        for name, child in children.items():
            self.add_module(name, child)


def bert(vocabulary, width, layers, hidden, positions):
    def layer():
        return Plain(
            attention=Plain(self=Plain(query=nn.Linear(width, width), key=nn.Linear(width, width), value=nn.Linear(width, width)),
                            output=Plain(dense=nn.Linear(width, width), LayerNorm=nn.LayerNorm(width, eps=1e-12))),
            intermediate=Plain(dense=nn.Linear(width, hidden)),
            output=Plain(dense=nn.Linear(hidden, width), LayerNorm=nn.LayerNorm(width, eps=1e-12)))

    return Plain(
        embeddings=Plain(word_embeddings=nn.Embedding(vocabulary, width), position_embeddings=nn.Embedding(positions, width),
                         token_type_embeddings=nn.Embedding(2, width), LayerNorm=nn.LayerNorm(width, eps=1e-12)),
        encoder=Plain(layer=nn.ModuleList([layer() for _ in range(layers)])), pooler=Plain(dense=nn.Linear(width, width)))


def run_bert(model, ids):
    """One row of ids, nothing filled up -> [length, width]."""
    e = model.embeddings
    x = e.LayerNorm(e.word_embeddings.weight[ids] + e.position_embeddings.weight[:len(ids)] + e.token_type_embeddings.weight[0])
    for layer in model.encoder.layer:
        attention = getattr(layer.attention, "self")
        heads = max(1, x.size(1) // 64)
        q, k, v = (p(x).view(len(ids), heads, -1).transpose(0, 1) for p in (attention.query, attention.key, attention.value))
        mixed = torch.softmax(q @ k.transpose(1, 2) / math.sqrt(q.size(2)), -1) @ v
        out = layer.attention.output
        x = out.LayerNorm(out.dense(mixed.transpose(0, 1).reshape(len(ids), -1)) + x)
        x = layer.output.LayerNorm(layer.output.dense(F.gelu(layer.intermediate.dense(x))) + x)
    return x


def feed_forward(inputs, hidden):
    return Plain(_linear_layers=nn.ModuleList([nn.Linear(a, b) for a, b in zip([inputs] + hidden, hidden)]))


def run_feed_forward(module, x):
    for layer in module._linear_layers:
        x = F.relu(layer(x))
    return x


def scorer(inputs, hidden, outputs):
    """AllenNLP's TimeDistributed feed-forward, then a linear layer."""
    return nn.Sequential(Plain(_module=feed_forward(inputs, hidden)), Plain(_module=nn.Linear(hidden[-1], outputs)))


class RadGraph(nn.Module):
    def __init__(self, vocabulary, width=16, layers=2, hidden=32, positions=64, max_span_width=4, features=4, scorer_hidden=(12, 10),
                 labels=4, relations=3, dataset="None"):
        super().__init__()
        inner = list(scorer_hidden)
        span = 2 * width + features
        self.max_span_width, self.dataset = max_span_width, dataset
        self._embedder = Plain(token_embedder_bert=Plain(_matched_embedder=Plain(
            transformer_model=bert(vocabulary, width, layers, hidden, positions))))
        self._endpoint_span_extractor = Plain(_span_width_embedding=nn.Embedding(max_span_width, features))
        self._ner = Plain(_ner_scorers=nn.ModuleDict({f"{dataset}__ner_labels": scorer(span, inner, labels)}))
        key = f"{dataset}__relation_labels"
        self._relation = Plain(
            _mention_pruners=nn.ModuleDict({key: Plain(_scorer=scorer(span, inner, 1))}),
            _relation_feedforwards=nn.ModuleDict({key: feed_forward(3 * span, inner)}),
            _relation_scorers=nn.ModuleDict({key: nn.Linear(inner[-1], relations)}))
        self._coref = Plain(_antecedent_scorer=nn.Linear(3, 1))  # is in every checkpoint and not used

    def word_vectors(self, pieces, begin, end, max_tokens):
        """`pieces`: ids of each word. Means of the last layer, in rows of at most `max_tokens` ids."""
        flat = [piece for word in pieces for piece in word]
        room = max_tokens - 2
        model = self._embedder.token_embedder_bert._matched_embedder.transformer_model
        rows = [run_bert(model, [begin, *flat[at:at + room], end])[1:-1] for at in range(0, len(flat), room)]
        vectors, words, at = torch.cat(rows), [], 0
        for word in pieces:
            words.append(vectors[at:at + len(word)].sum(0) / max(len(word), 1))
            at += len(word)
        return torch.stack(words)

    def scores(self, words):
        """Spans, their vectors, label scores with the null label in front, and the pruner's score."""
        spans = [(a, b) for a in range(len(words)) for b in range(a, min(a + self.max_span_width, len(words)))]
        vectors = torch.stack([torch.cat([words[a], words[b], self._endpoint_span_extractor._span_width_embedding.weight[b - a]])
                               for a, b in spans])
        tagger = self._ner._ner_scorers[f"{self.dataset}__ner_labels"]
        labels = tagger[1]._module(run_feed_forward(tagger[0]._module, vectors))
        pruner = self._relation._mention_pruners[f"{self.dataset}__relation_labels"]._scorer
        keep = pruner[1]._module(run_feed_forward(pruner[0]._module, vectors)).squeeze(1)
        return spans, vectors, torch.cat([labels.new_zeros(len(spans), 1), labels], 1), keep

    def pair_scores(self, vectors, keep):
        key, count = f"{self.dataset}__relation_labels", len(vectors)
        first, second = vectors.unsqueeze(1).expand(-1, count, -1), vectors.unsqueeze(0).expand(count, -1, -1)
        hidden = run_feed_forward(self._relation._relation_feedforwards[key], torch.cat([first, second, first * second], 2))
        scores = self._relation._relation_scorers[key](hidden) + keep[:, None, None] + keep[None, :, None]
        return torch.cat([scores.new_zeros(count, count, 1), scores], 2)

    def predict(self, words, spans_per_word):
        """Rows (first, last, label) and (first, last, first, last, relation), and the smallest gap behind any decision."""
        spans, vectors, labels, keep = self.scores(words)
        entities = [(*span, int(best) - 1) for span, best in zip(spans, labels.argmax(1)) if best > 0]
        count = min(math.ceil(len(words) * spans_per_word), len(spans))
        ranked = keep.sort(descending=True).values
        kept = sorted(keep.topk(count).indices.tolist())
        pairs = self.pair_scores(vectors[kept], keep[kept])
        relations = [(*spans[kept[i]], *spans[kept[j]], int(best) - 1)
                     for i, row in enumerate(pairs.argmax(2)) for j, best in enumerate(row) if best > 0]
        top = [scores.topk(2, -1).values for scores in (labels, pairs)]
        gap = min(float((t[..., 0] - t[..., 1]).min()) for t in top)
        return entities, relations, min(gap, float(ranked[count - 1] - ranked[count]) if count < len(spans) else gap)


class CheXbert(nn.Module):
    def __init__(self, vocabulary, width=16, layers=2, hidden=32, positions=64):
        super().__init__()
        self.bert = bert(vocabulary, width, layers, hidden, positions)
        self.linear_heads = nn.ModuleList([nn.Linear(width, 4) for _ in range(13)] + [nn.Linear(width, 2)])

    def predict(self, ids):
        """The class of each label for one report, [CLS] and [SEP] included, and the smallest gap."""
        first = run_bert(self.bert, ids)[0]
        scores = [head(first) for head in self.linear_heads]
        gaps = [s.topk(2).values for s in scores]
        return [int(s.argmax()) for s in scores], min(float(g[0] - g[1]) for g in gaps)


def spread(model, seed, scale=3.0):
    """Random weights that decide differently from word to word: norms and biases as they are, the rest scaled up."""
    torch.manual_seed(seed)
    for name, parameter in model.named_parameters():
        if parameter.dim() > 1:
            nn.init.xavier_normal_(parameter, gain=scale if "bert" not in name and "embedder" not in name else 1.0)
        elif "LayerNorm" not in name:
            nn.init.normal_(parameter, std=0.1)
    return model.eval().requires_grad_(False)
