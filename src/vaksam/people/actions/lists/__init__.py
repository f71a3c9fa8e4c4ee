"""Lists of a group's members: uploaded, looked at, ended."""

from vaksam.people.actions.lists.deciding import decide_row
from vaksam.people.actions.lists.ending import end_list, end_lists
from vaksam.people.actions.lists.uploading import Uploaded, upload_list

__all__ = ["Uploaded", "decide_row", "end_list", "end_lists", "upload_list"]
