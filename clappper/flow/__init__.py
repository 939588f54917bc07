"""One module per thing a person can do, in packages by where in the work one does it.

A package for each stretch of the way from brief to learning (``briefing``, ``shots``, ``keyframes``,
``generating``, ``assembling``, ``editing``, ``playing``, ``delivering``, ``reviewing``, ``learning``),
``project`` for what holds it together, ``usd`` for scenes in 3D, ``clips`` for tools on single files,
``chat`` and ``interchange``. Nothing here keeps state between calls.
"""
