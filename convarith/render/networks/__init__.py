"""Pictures of whole networks: the layers as boxes, what one unit reads of every layer before it, and plots over depth.

A network that has met an input becomes a scene, which is plain data in words and numbers; a scene and a theme become a
page; the painters of `convarith.render` do the rest. Only the plots are matplotlib's own.
"""
