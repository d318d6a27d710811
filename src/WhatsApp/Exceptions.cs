namespace WhatsApp;

/// <summary>There is no logged-in connection; nothing was sent.</summary>
public sealed class NotConnectedException : Exception
{
    /// <summary>With the usual text.</summary>
    public NotConnectedException()
        : base("There is no logged-in connection to the service.")
    {
    }

    /// <summary>With a text of its own.</summary>
    public NotConnectedException(string message)
        : base(message)
    {
    }

    /// <summary>With a text of its own and a cause.</summary>
    public NotConnectedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>The service answered a request or a message with an error.</summary>
public sealed class ServerRefusedException : Exception
{
    /// <summary>With the service's code.</summary>
    public ServerRefusedException(int code)
        : base($"The service refused with code {code}.") => Code = code;

    /// <summary>Without a code.</summary>
    public ServerRefusedException()
        : this(0)
    {
    }

    /// <summary>With a text of its own.</summary>
    public ServerRefusedException(string message)
        : base(message)
    {
    }

    /// <summary>With a text of its own and a cause.</summary>
    public ServerRefusedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The service's code; 0 when it gave none.</summary>
    public int Code { get; }
}

/// <summary>Why a group cannot be read.</summary>
public enum GroupUnavailableReason
{
    /// <summary>We are not a member (401, 403).</summary>
    NotMember,

    /// <summary>There is no such group (404).</summary>
    NotFound,

    /// <summary>The service answered with something else.</summary>
    Refused,
}

/// <summary>The service does not show this group to us.</summary>
public sealed class GroupUnavailableException : Exception
{
    /// <summary>With the reason.</summary>
    public GroupUnavailableException(GroupUnavailableReason reason)
        : base($"The group is not available: {reason}.") => Reason = reason;

    /// <summary>Refused without more detail.</summary>
    public GroupUnavailableException()
        : this(GroupUnavailableReason.Refused)
    {
    }

    /// <summary>With a text of its own.</summary>
    public GroupUnavailableException(string message)
        : base(message) => Reason = GroupUnavailableReason.Refused;

    /// <summary>With a text of its own and a cause.</summary>
    public GroupUnavailableException(string message, Exception innerException)
        : base(message, innerException) => Reason = GroupUnavailableReason.Refused;

    /// <summary>Why.</summary>
    public GroupUnavailableReason Reason { get; }
}

/// <summary>The session store cannot be opened: another process holds it, or it is damaged.</summary>
public sealed class SessionStoreException : Exception
{
    /// <summary>Without detail.</summary>
    public SessionStoreException()
    {
    }

    /// <summary>With what is wrong.</summary>
    public SessionStoreException(string message)
        : base(message)
    {
    }

    /// <summary>With what is wrong and the cause.</summary>
    public SessionStoreException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
