"""Records what chosen modules return (and were given) while a model runs."""
import contextlib


class Recorder:
    def __init__(self):
        self.outputs = {}
        self.inputs = {}

    @contextlib.contextmanager
    def on(self, modules: dict):
        def hook(name):
            def keep(_, given, out):
                self.outputs.setdefault(name, []).append(out)
                self.inputs.setdefault(name, []).append(given)
            return keep

        self.inputs = {}
        handles = [module.register_forward_hook(hook(name)) for name, module in modules.items()]
        try:
            yield
        finally:
            for handle in handles:
                handle.remove()

    def take(self) -> dict:
        """What was recorded since the last call: name -> list of outputs, one a call."""
        outputs, self.outputs = self.outputs, {}
        return outputs
