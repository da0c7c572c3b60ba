"""Messages that hang on messages in a mailbox file: the library has them, its Python face not.

The C library beneath ``pypff`` opens an embedded message; its Python module exports the function
and the constructor of its own objects, but binds neither. They are called here, with the version
of which this is known to be right and with no other: elsewhere the message counts as unread.

Source: libpff.h (``libpff_attachment_get_type``, ``libpff_attachment_get_item``), pypff_item.h.
"""

import ctypes

import pypff

_KNOWN_VERSIONS = frozenset({"20260926"})
_OBJECT_BYTES = 40
_POINTER_OFFSET = object.__basicsize__
"""An object of the module begins like every object; the library's own pointer follows."""
_EMBEDDED = ord("i")

_POINTER = ctypes.c_void_p


def _functions() -> ctypes.PyDLL | None:
    if pypff.get_version() not in _KNOWN_VERSIONS:
        return None
    if pypff.attachment.__basicsize__ != _OBJECT_BYTES:
        return None
    library = ctypes.PyDLL(pypff.__file__)
    try:
        library.libpff_attachment_get_type.argtypes = [
            _POINTER, ctypes.POINTER(ctypes.c_int), _POINTER,
        ]  # fmt: skip
        library.libpff_attachment_get_item.argtypes = [_POINTER, ctypes.POINTER(_POINTER), _POINTER]
        library.libpff_item_get_number_of_record_sets.argtypes = [
            _POINTER, ctypes.POINTER(ctypes.c_int), _POINTER,
        ]  # fmt: skip
        library.pypff_item_create.argtypes = [_POINTER, ctypes.py_object]
        library.pypff_item_create.restype = ctypes.py_object
    except AttributeError:
        return None
    return library


_LIBRARY = _functions()
"""Loaded before the sandbox closes; it is the module that is loaded anyway."""


def is_embedded_message(attachment: "pypff.attachment") -> bool:
    """Tell whether an attachment is a message, as far as that can be told."""
    if _LIBRARY is None:
        return False
    pointer = _POINTER.from_address(id(attachment) + _POINTER_OFFSET)
    kind = ctypes.c_int()
    found = _LIBRARY.libpff_attachment_get_type(pointer, kind, None)
    return found == 1 and kind.value == _EMBEDDED


def embedded_message(attachment: "pypff.attachment") -> "pypff.item | None":
    """Return the message that an attachment is, ``None`` where it cannot be opened.

    Args:
        attachment: one of which :func:`is_embedded_message` is true.
    """
    if _LIBRARY is None:
        return None
    pointer = _POINTER.from_address(id(attachment) + _POINTER_OFFSET)
    inner, count = _POINTER(), ctypes.c_int()
    if _LIBRARY.libpff_attachment_get_item(pointer, inner, None) != 1 or not inner.value:
        return None
    # its properties are read first: the constructor asks for the class of the item
    if _LIBRARY.libpff_item_get_number_of_record_sets(inner, count, None) != 1:
        return None
    try:
        return _LIBRARY.pypff_item_create(inner, attachment)
    except (OSError, ValueError, MemoryError):
        return None
